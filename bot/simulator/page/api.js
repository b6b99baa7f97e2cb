// Talking to the simulator.

/** Run an action of the control API; return its result, or throw what to show. */
export async function act(action, values = {}) {
  const response = await fetch(`/_sim/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  }).catch(() => { throw new Error("Le simulateur ne répond plus."); });
  const answer = await response.json();
  if (!answer.ok && action !== "wait") throw new Error(`Refusé : ${answer.description}`);
  return answer.result;
}

export async function loadState(userId) {
  return (await fetch(`/_sim/state?user_id=${userId || ""}`)).json();
}

/** Call `onEvent` for all that happens, `onOpen` at each (re)connection. */
export function listen(onEvent, onOpen) {
  const source = new EventSource("/_sim/events");
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onopen = onOpen;
}
