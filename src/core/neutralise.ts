/** What could start a mention or hashtag somewhere: only plain letters and digits prevent it all over. */
const linkOrSign = /https?:\/\/[a-z0-9]\S*|(?<![a-z0-9])[@＠#＃](?![\s\u200b]|$)/gi;
/** In a link also a slash prevents it, and the link has to stay whole: `https://x.example/@ann`. */
const signInLink = /(?<![a-z0-9/])[@＠#＃](?!\u200b|$)/gi;

function separate(text: string, signs: string): string {
  const mark = (sign: string): string => (signs.includes(sign) ? `${sign}\u200b` : sign);
  return text.replace(linkOrSign, (found) =>
    found.length === 1 ? mark(found) : found.replace(signInLink, mark),
  );
}

/** A text that mentions nobody and has no hashtag, whatever server reads it. */
export function neutralise(text: string): string {
  return separate(text, "@＠#＃");
}

/** A text that mentions nobody; its hashtags stay. */
export function neutraliseMentions(text: string): string {
  return separate(text, "@＠");
}
