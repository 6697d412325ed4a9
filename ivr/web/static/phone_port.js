// What a page asks of a telephone, whatever carries its sound: softphone.js (the exchange) or carrier_phone.js (the carrier).
//
//   phone.onEvent((news) => ...);                     // see EVENTS below; returns what stops the telling
//   phone.connect(async () => place);                 // what it connects with; asked again whenever that is needed
//   phone.answer(); phone.decline(); phone.hangup(); phone.disconnect();
//   phone.press("12#"); phone.mute(true);
//   phone.useMicrophone(true, { clean }); phone.volume(0.8);
//
// EVENTS: { event, ... }
//   connection  state: connecting, open, lost (it comes back by itself), refused, elsewhere; message
//   ready       address, call (null, or as below with state: dialling, ringing, answered)
//   dialling, ringing, answered    call (its id), from, to, parameters (what the service sent along: the screen pop)
//   ended       call, status: completed, canceled, busy, no-answer, failed, or lost
//   says        text that was typed and is now spoken
//   muted       on
//   microphone  state: on, off, failed; message
//   sound       state: on, or waiting: the browser wants a click or a key before it lets the page sound
//   levels      mic, far: 0 to 1, some ten times a second during a call
//   error       message
//
// phone.call is the call there is, or null.

export class PhonePort {
  constructor() {
    this.call = null;
    this.muted = false;
    this.listeners = new Set();
  }

  onEvent(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(event, details) {
    for (const listener of this.listeners) listener({ ...details, event });
  }

  connection(state, message) { this.tell("connection", { state, message }); }
}
