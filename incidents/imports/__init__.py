"""録音機のファイル: read in a process without rights, made into a recording of the vault."""
