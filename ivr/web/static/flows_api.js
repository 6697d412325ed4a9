// Talks to the service. A token that has grown old is asked for again; what was typed is never lost for it.

export class Refusal extends Error {
  constructor(status, data) {
    super(data.error || "This did not work.");
    this.status = status;
    this.data = data;
  }
}

export class Service {
  constructor(token) { this.token = token; }

  async ask(method, path, body, { signal, again = true } = {}) {
    let answer;
    try {
      answer = await fetch(`/api/v1/flows${path}`, {
        method,
        signal,
        headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json", "X-Page-Token": this.token } : {}) },
        body: body ? JSON.stringify(body) : undefined,
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refusal(0, { error: "The service does not answer. What you wrote is still here; try again in a moment." });
    }
    const data = await answer.json().catch(() => ({}));
    if (answer.status === 403 && body && again) {
      this.token = (await this.ask("GET", "")).token || "";
      return this.ask(method, path, body, { signal, again: false });
    }
    if (!answer.ok) throw new Refusal(answer.status, data);
    return data;
  }
}
