// Serves the second example of the README, logs a user in and out, and prints the session and where the browser went.
import { once } from 'node:events'
import { server } from './example.js'
import { session } from './sessions.js'

await once(server.listen(0, '127.0.0.1'), 'listening')

const go = async (place, method = 'GET') => {
  const address = new URL(place, `http://127.0.0.1:${server.address().port}`)
  const answer = await fetch(address, { redirect: 'manual', method })
  return answer.headers.get('Location')
}

const response = new URL(await go(await go('/login')))
const places = [
  await go(response.pathname + response.search),
  await go(response.pathname + response.search), // the back button
]
const { user, level } = session
places.push((await go('/logout', 'POST')).split('?')[0])
console.log(JSON.stringify({ user, level, places }))
server.close()
