// Axes: where a value is, and which values get a label. Linear, logarithmic, points of time, and
// lengths of time.

/**
 * An axis from `low` to `high` over the pixels `start` to `end` (a vertical one has the greater
 * pixel at its start).
 *
 * @param {"linear"|"log"|"time"|"duration"} kind
 * @returns {{kind, low, high, start, end, place: function(number): number, value: function(number): number}}
 */
export function makeAxis(kind, low, high, start, end) {
  const length = end - start;
  if (kind === "log") {
    const from = Math.log10(low);
    const span = Math.log10(high) - from || 1;
    return {
      kind,
      low,
      high,
      start,
      end,
      place: (value) => (value > 0 ? start + ((Math.log10(value) - from) / span) * length : NaN),
      value: (place) => 10 ** (from + ((place - start) / length) * span),
    };
  }
  // Halves, so that the range of the greatest numbers does not overflow.
  const span = high / 2 - low / 2 || 1;
  return {
    kind,
    low,
    high,
    start,
    end,
    place: (value) => start + ((value / 2 - low / 2) / span) * length,
    value: (place) => low + ((place - start) / length) * span * 2,
  };
}

/**
 * Widen a range so that lines do not run along its edges, and give one value a range around it.
 *
 * @param {"linear"|"log"|"time"|"duration"} kind
 * @param {number} margin  a part of the range
 * @returns {[number, number]}
 */
export function widenRange(kind, low, high, margin = 0) {
  if (!(low <= high)) return kind === "log" ? [0.1, 1] : [0, 1];
  if (kind === "log") {
    if (low === high) return [low / 2, high * 2];
    const factor = (high / low) ** margin;
    return [low / factor || low, Number.isFinite(high * factor) ? high * factor : high];
  }
  if (low === high) {
    const around = kind === "time" ? 1 : Math.abs(low) * 0.1 || 1;
    return [low - around, high + around];
  }
  const more = (high / 2 - low / 2) * 2 * margin;
  if (!Number.isFinite(more)) return [low, high];
  return [low - more, high + more];
}

/**
 * The labelled values of an axis.
 *
 * @param {object} axis
 * @param {number} count  about how many labels have room
 * @returns {Array<{value: number, text: string}>}
 */
export function axisTicks(axis, count) {
  if (axis.kind === "log") return logarithmicTicks(axis.low, axis.high, count);
  if (axis.kind === "time") return timeTicks(axis.low, axis.high, count);
  if (axis.kind === "duration") return durationTicks(axis.low, axis.high, count);
  return linearTicks(axis.low, axis.high, count);
}

function linearTicks(low, high, count) {
  const rough = ((high / 2 - low / 2) / Math.max(1, count)) * 2;
  if (!(rough > 0) || !Number.isFinite(rough))
    return [low, high].map((value) => ({ value, text: tickText(value, 0, Math.abs(value)) }));
  const power = 10 ** Math.floor(Math.log10(rough));
  if (!(power > 0)) return [{ value: low, text: tickText(low, 0, Math.abs(low)) }];
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
  const ticks = [];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const first = Math.ceil(low / step - 1e-9);
  for (let i = 0; i <= 4 * count + 4; i++) {
    const value = (first + i) * step;
    if (value > high + step * 1e-9) break;
    ticks.push({ value, text: tickText(value, step, largest) });
  }
  return ticks;
}

/**
 * A value as short as its neighbours, a step away, allow; `largest` decides the unit for all of
 * them.
 */
function tickText(value, step, largest) {
  if (value === 0 || largest === 0) return "0";
  const minus = value < 0 ? "−" : "";
  const magnitude = Math.abs(value);
  const places = (unit) =>
    Math.max(0, Math.min(9, -Math.floor(Math.log10((step || magnitude) / unit) + 1e-9)));
  if (largest >= 1e13 || largest < 1e-4) {
    const exponent = Math.floor(Math.log10(magnitude));
    const digits = Math.max(
      0,
      Math.min(6, exponent - Math.floor(Math.log10(step || magnitude) + 1e-9)),
    );
    const [mantissa, power] = magnitude.toExponential(digits).split("e");
    return `${minus}${trimZeros(mantissa)}e${Number(power) < 0 ? "−" : ""}${Math.abs(Number(power))}`;
  }
  for (const [unit, letter] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ]) {
    if (largest < unit * (unit === 1e3 ? 10 : 1) || step < unit * 0.05) continue;
    return `${minus}${trimZeros((magnitude / unit).toFixed(places(unit)))}${letter}`;
  }
  return `${minus}${magnitude.toFixed(places(1))}`;
}

function trimZeros(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function logarithmicTicks(low, high, count) {
  const from = Math.log10(low);
  const to = Math.log10(high);
  if (to - from < 1) {
    // Less than a decade: round values as on a linear axis, at their logarithmic places.
    return linearTicks(low, high, count).filter((tick) => tick.value > 0);
  }
  const decades = Math.ceil((to - from) / Math.max(1, count));
  const factors = to - from <= count / 3 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(from / decades) * decades; power <= to; power += decades) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value < low * 0.999999 || value > high * 1.000001 || !(value > 0)) continue;
      ticks.push({ value, text: tickText(value, value, value) });
    }
  }
  return ticks;
}

const DURATION_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800,
  604800,
];

function durationTicks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  if (rough <= 0.5) {
    return linearTicks(low, high, count).map((tick) => ({
      ...tick,
      text: tick.value === 0 ? "0" : `${tick.text} s`,
    }));
  }
  const step = DURATION_STEPS.find((one) => one >= rough) ?? Math.ceil(rough / 604800) * 604800;
  const ticks = [];
  for (
    let value = Math.ceil(low / step) * step;
    value <= high && ticks.length < 200;
    value += step
  ) {
    ticks.push({ value, text: durationText(value, step) });
  }
  return ticks;
}

function durationText(seconds, step) {
  const two = (number) => String(number).padStart(2, "0");
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.abs(Math.round(seconds));
  if (whole === 0) return "0";
  if (step < 60 && whole < 60) return `${sign}${whole} s`;
  if (step < 60) return `${sign}${Math.floor(whole / 60)}:${two(whole % 60)}`;
  if (step < 3600 && whole < 3600) return `${sign}${whole / 60} min`;
  if (step < 86400)
    return `${sign}${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)} h`;
  return `${sign}${whole / 86400} d`;
}

/** Times are seconds since 1970, labelled by the reader's clock. */
function timeTicks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  if (rough < 0.5) {
    return linearTicks(low, high, count).map((tick) => ({
      value: tick.value,
      text: `${clockText(tick.value, true)}.${String(Math.floor((tick.value % 1) * 1000)).padStart(3, "0")}`,
    }));
  }
  const step = DURATION_STEPS.find((one) => one >= rough) ?? Math.ceil(rough / 604800) * 604800;
  const offset = new Date(low * 1000).getTimezoneOffset() * 60;
  const ticks = [];
  let day = "";
  for (
    let value = Math.ceil((low - offset) / step) * step + offset;
    value <= high && ticks.length < 200;
    value += step
  ) {
    const date = new Date(value * 1000);
    const today = `${date.getMonth() + 1}/${date.getDate()}`;
    const isNew = today !== day;
    day = today;
    const dateText = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
    const clock = clockText(value, step < 60);
    ticks.push({
      value,
      text:
        step >= 86400
          ? dateText
          : isNew && ticks.length > 0
            ? `${dateText.slice(5)} ${clock}`
            : clock,
    });
  }
  return ticks;
}

function clockText(seconds, withSeconds) {
  const date = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${clock}:${two(date.getSeconds())}` : clock;
}
