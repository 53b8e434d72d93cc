/**
 * How a request reaches the service; a test or an integrator may put a function of the same shape in its place.
 * @typedef {{method: string, url: string, headers: Record<string, string>, body?: string, signal?: AbortSignal,
 *   onProgress?: (share: number) => void}} Call
 * @typedef {{status: number, retryAfter: string | null, body: string}} Answer
 */

/**
 * Send one request, the refresh cookie with it; across origins the service says whose pages may (VISAGE_CORS_ORIGINS).
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

/** `fetch` doesn't tell how far an upload is; `XMLHttpRequest` does. */
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
