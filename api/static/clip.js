// @ts-check
// Plays one clip of single words and reports what was played. Whether it was heard, the server judges.

export class Refused extends Error {
  /** @param {string} words for people @param {string} code */
  constructor(words, code) {
    super(words);
    this.code = code;
  }
}

/**
 * Sends a form of the session's own.
 * @param {string} path @param {string} csrf @param {Record<string, string>} fields
 * @returns {Promise<any>}
 */
export async function send(path, csrf, fields) {
  const body = new URLSearchParams({ csrf, ...fields });
  const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } }).catch(() => null);
  if (!answer) throw new Refused("通信できませんでした。つながってから、もう一度押してください。", "away");
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const { title = "できませんでした", advice = "", code = "unexpected" } = told.error ?? {};
  throw new Refused(`${title}。${advice}`, code);
}

export class ClipPlayer {
  /**
   * @param {HTMLAudioElement} sound
   * @param {string} csrf
   * @param {HTMLAudioElement} whole the recording itself, which stops for a clip
   */
  constructor(sound, csrf, whole) {
    this.sound = sound;
    this.csrf = csrf;
    this.whole = whole;
    /** @type {any} */
    this.clip = null;
    /** @type {(told: Refused | null, clip: string) => void} called when the server has judged */
    this.judged = () => {};
    sound.addEventListener("ended", () => this.report());
  }

  /**
   * Asks for a clip and plays it. One play is one grant: to hear it again is to ask again.
   * @param {string} path @param {Record<string, string>} fields
   * @param {(told: Refused | null, clip: string) => void} judged
   */
  async play(path, fields, judged) {
    this.stop();
    const clip = await send(path, this.csrf, fields);
    this.judged = judged;
    this.clip = clip;
    this.whole.pause();
    this.sound.src = clip.sound;
    this.sound.play().catch(() => {
      if (clip === this.clip) judged(new Refused("音声を再生できませんでした。もう一度押してください。", "sound"), "");
    });
    return clip;
  }

  stop() {
    this.clip = null;
    this.sound.pause();
  }

  played() {
    const { played } = this.sound;
    const stretches = [];
    for (let one = 0; one < played.length; one += 1)
      stretches.push(`${Math.floor(played.start(one) * 1000)}-${Math.ceil(played.end(one) * 1000)}`);
    return stretches.join(",");
  }

  async report() {
    const { clip, judged } = this;
    if (!clip) return;
    try {
      await send(`/clips/${clip.clip}/heard`, this.csrf, { played: this.played() });
      judged(null, clip.clip);
    } catch (fault) { judged(/** @type {Refused} */ (fault), clip.clip); }
  }
}
