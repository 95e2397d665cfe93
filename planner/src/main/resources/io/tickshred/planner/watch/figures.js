/** Figures as people read them. */

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export const grouped = number => GROUPED.format(number);

/** 1,234; 12.3 k; 4.56 M: three digits that matter. */
export function short(number) {
  for (const [limit, unit] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k']]) {
    if (number >= limit) {
      return `${(number / (unit === 'k' ? 1e3 : limit)).toPrecision(3)} ${unit}`;
    }
  }
  return grouped(number);
}

export function bytes(number) {
  let unit = 0;
  while (number >= 1024 && unit < BYTES.length - 1) {
    number /= 1024;
    unit++;
  }
  return `${unit === 0 ? number : number.toPrecision(3)} ${BYTES[unit]}`;
}

export function duration(seconds) {
  if (seconds < 60) {
    return `${Math.ceil(seconds)} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/** When a plan was begun, in milliseconds: its id begins with that. */
export const createdAt = plan => [...plan.slice(0, 10)].reduce((millis, digit) => millis * 32 + DIGITS.indexOf(digit), 0);

/** 14:03:05 in the reader's own time. */
export const clock = instant => new Date(instant).toLocaleTimeString('en-GB');

/** 0.42 s; 3.1 s; 14 s; 2 min. */
export const took = millis => millis < 9_950 ? `${(millis / 1000).toPrecision(2)} s` : duration(millis / 1000);

export const plural = (number, one, many) => `${grouped(number)} ${number === 1 ? one : many}`;

/**
 * How fast something grows, from what was heard over the last half minute.
 * Starts anew when the count falls, as it does when a day is run again.
 */
export class Rate {
  #heard = [];

  add(count, atMillis) {
    const last = this.#heard.at(-1);
    if (last && count < last.count) {
      this.#heard = [];
    }
    this.#heard.push({ count, at: atMillis });
    while (this.#heard.length > 2 && atMillis - this.#heard[0].at > 30_000) {
      this.#heard.shift();
    }
  }

  /** A second, or null while it is not known. */
  perSecond(nowMillis) {
    const first = this.#heard[0];
    const last = this.#heard.at(-1);
    if (!first || last.count === first.count) {
      return null;
    }
    return (last.count - first.count) * 1000 / Math.max(nowMillis - first.at, 500);
  }
}
