import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Hint, SuccessDetail } from './visage'
import type {} from './visage-react'

function App() {
  const [hint, setHint] = useState<Hint | null>(null)
  const [person, setPerson] = useState<SuccessDetail | null>(null)
  if (person) return <h1>Hello, {person.user.username}</h1>
  return (
    <>
      <h1>Log in</h1>
      <visage-login
        endpoint="https://login.example.org"
        signup-url="/join"
        onvisage-hint={({ detail }) => setHint(detail.hint)}
        onvisage-success={event => {
          event.preventDefault() // no welcome of the element's own: the application has one
          setPerson(event.detail)
        }}
      />
      {hint === 'silent' && <p>Guidance cannot be reached. Press the round button when you are ready.</p>}
    </>
  )
}

createRoot(document.getElementById('app')!).render(<App />)
