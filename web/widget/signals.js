/**
 * Joins abort signals, as `AbortSignal.any` does, which Safari has since 17.4 and Firefox since 124.
 * @param {...(AbortSignal | undefined)} signals
 * @returns {{signal: AbortSignal, release: () => void}} `signal` aborts with the first of `signals`, for its reason;
 *   `release` stops listening to them
 */
export function firstOf(...signals) {
  const joined = new AbortController()
  const over = new AbortController()
  for (const signal of signals.filter(Boolean)) {
    if (signal.aborted) joined.abort(signal.reason)
    else signal.addEventListener('abort', () => joined.abort(signal.reason), { signal: over.signal })
  }
  return { signal: joined.signal, release: () => over.abort() }
}
