/**
 * How a request reaches the service; a test or an integrator may replace it by a function with the same signature.
 * @typedef {{method: string, url: string, headers: Record<string, string>, body?: string, signal?: AbortSignal,
 *   onProgress?: (share: number) => void}} Call
 * @typedef {{status: number, retryAfter: string | null, body: string}} Answer
 */

/**
 * Send one request with the refresh cookie. Other origins must be allowed by the service (VISAGE_CORS_ORIGINS).
 * Rejects with a `TypeError` when the service can't be reached, or with the signal's reason.
 * @param {Call} call
 * @returns {Promise<Answer>}
 */
export function send(call) {
  return call.onProgress ? sendWithProgress(call) : sendByFetch(call)
}

async function sendByFetch({ method, url, headers, body, signal }) {
  const response = await fetch(url, { method, headers, body, signal, credentials: 'include', cache: 'no-store' })
  return { status: response.status, retryAfter: response.headers.get('Retry-After'), body: await response.text() }
}

/** `XMLHttpRequest` reports the progress of an upload; `fetch` does not. */
function sendWithProgress({ method, url, headers, body, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const request = new XMLHttpRequest()
    request.open(method, url)
    request.withCredentials = true
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) onProgress(loaded / total)
    })
    request.upload.addEventListener('load', () => onProgress(1))
    request.addEventListener('load', () => {
      const retryAfter = request.getResponseHeader('Retry-After')
      resolve({ status: request.status, retryAfter, body: request.responseText })
    })
    request.addEventListener('error', () => reject(new TypeError('the service cannot be reached')))
    request.addEventListener('abort', () => reject(signal.reason))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(body)
  })
}
