/** Milliseconds until the file's memory is freed: some browsers read it only after the user has chosen a folder. */
const KEPT = 60_000

/** Offer data to the user as a JSON file. */
export function download(name, data) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT)
}

/** Returns a name such as `visage-eileen-2026-11-25.json`; invalid characters become hyphens. */
export function fileName(username, at = new Date()) {
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(part => String(part).padStart(2, '0')).join('-')
  return `visage-${username.replace(/[^\p{L}\p{N}_.-]/gu, '-')}-${day}.json`
}
