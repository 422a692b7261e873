"""Sound as bytes and samples: reading, packing, drawing and comparing it."""
