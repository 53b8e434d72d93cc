/** Milliseconds until the memory of a file is given back: some browsers read it only after the person chose a folder. */
const KEPT = 60_000

/** Hand somebody their data as a JSON file. */
export function download(name, data) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT)
}

/** Such as `visage-eileen-2026-11-25.json`; what a file's name may not contain becomes a hyphen. */
export function fileName(username, at = new Date()) {
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(part => String(part).padStart(2, '0')).join('-')
  return `visage-${username.replace(/[^\p{L}\p{N}_.-]/gu, '-')}-${day}.json`
}
