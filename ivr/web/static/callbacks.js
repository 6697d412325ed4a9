// The buttons of the list of callbacks, on the desk and the wallboard. The list comes anew with the news.

document.documentElement.classList.add("js");

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-callback]");
  if (!button) return;
  const group = button.closest("[data-id]");
  const { callback: what } = button.dataset;
  if (what === "cancel" && !confirm(`${group.getAttribute("aria-label")}: do not call them?`)) return;
  const { token } = document.querySelector("[data-token]").dataset;
  let wrong = "";
  try {
    const answer = await fetch(`/api/v1/callbacks/${encodeURIComponent(group.dataset.id)}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Page-Token": token },
    });
    if (!answer.ok) wrong = (await answer.json().catch(() => ({}))).error || "That was refused.";
  } catch {
    wrong = "The service is not reached just now.";
  }
  const notice = document.getElementById("notice");
  notice.textContent = wrong;
  notice.hidden = !wrong;
  document.dispatchEvent(new CustomEvent("live:look"));
});
