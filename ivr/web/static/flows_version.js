// A version that was: the same picture, and a click on a step shows its lines.

import { Picture } from "./flows_picture.js";

new Picture(document.getElementById("picture"), document.querySelector(".zoom"), (line) => {
  const row = document.getElementById(`L${line}`);
  if (!row) return;
  history.replaceState(null, "", `#L${line}`);
  location.replace(`#L${line}`);
  row.scrollIntoView({ block: "center" });
});
