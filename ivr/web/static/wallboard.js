// What a supervisor does from the wallboard: listen to a call, whisper to its agent, or join; their telephone rings.

const by = (id) => document.getElementById(id);
document.documentElement.classList.add("js");

let as = ""; // chosen where nobody is logged in; the list comes anew with the news

document.addEventListener("change", ({ target }) => { if (target.id === "as") as = target.value; });
document.addEventListener("live:changed", () => { if (by("as")) by("as").value = as; });

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-supervise]");
  if (!button) return;
  const { token, as: mine } = by("live").dataset;
  const { call } = button.closest("[data-call]").dataset;
  let wrong = "";
  try {
    const answer = await fetch(`/api/v1/calls/${encodeURIComponent(call)}/controls`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Page-Token": token },
      body: JSON.stringify({ do: button.dataset.supervise, as: mine || as }),
    });
    if (!answer.ok) wrong = (await answer.json().catch(() => ({}))).error || "That was refused.";
  } catch {
    wrong = "The service is not reached just now.";
  }
  by("notice").textContent = wrong;
  by("notice").hidden = !wrong;
});
