// Smoothing as TensorBoard does it: an exponential moving average that starts at zero and is then
// divided
// by the weight that it has gathered, so that the first values are not drawn towards zero.
// The formula is that of `classicSmoothing` in tensorboard/webapp/widgets/line_chart_v2
// (Apache-2.0).

/**
 * Smooth values; those that are not finite stay where they are and do not take part.
 *
 * @param {ArrayLike<number>} values
 * @param {number} weight  0 (as it is) to below 1 (almost constant)
 * @param {number} stride  how many recorded points one value stands for; 1 where all points are at
 *   hand. Sampled
 *   values are then forgotten as fast as all the points between them would be.
 * @returns {Float64Array}
 */
export function smoothValues(values, weight, stride = 1) {
  const smoothed = Float64Array.from(values);
  const kept = Number.isFinite(weight)
    ? Math.min(Math.max(weight, 0), 1) ** Math.max(1, stride)
    : 0;
  if (kept <= 0 || smoothed.every((value) => value === smoothed[0])) return smoothed;
  let average = 0;
  let gathered = 0;
  for (let i = 0; i < smoothed.length; i++) {
    if (!Number.isFinite(smoothed[i])) continue;
    average = average * kept + (1 - kept) * smoothed[i];
    gathered = gathered * kept + (1 - kept);
    smoothed[i] = gathered > 0 ? average / gathered : smoothed[i];
  }
  return smoothed;
}

/**
 * The range of values without outliers, as TensorBoard's "ignore outliers" cuts it: from the 5th to
 * the 95th
 * percentile of all that is drawn. Two values or fewer have no outliers.
 *
 * @param {Float64Array} finite  finite values; they are sorted in place
 * @returns {[number, number]|null}
 */
export function rangeWithoutOutliers(finite) {
  if (finite.length === 0) return null;
  finite.sort();
  const last = finite.length - 1;
  if (finite.length <= 2) return [finite[0], finite[last]];
  return [finite[Math.ceil(0.05 * last)], finite[Math.floor(0.95 * last)]];
}
