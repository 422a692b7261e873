// @ts-check
// A file that is too large is told before it is sent: a server that refuses in mid-sending is hard to hear.
const field = document.querySelector("#file[data-largest]");

if (field instanceof HTMLInputElement) {
  field.addEventListener("change", () => {
    const tooLarge = (field.files?.[0]?.size ?? 0) > Number(field.dataset.largest);
    field.setCustomValidity(tooLarge ? `ファイルが大きすぎます。${field.dataset.told}までです。録音機やパソコンで分けてください。` : "");
    field.reportValidity();
  });
}
