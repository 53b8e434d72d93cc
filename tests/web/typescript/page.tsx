// A React page that uses everything in the declarations.
import { useRef, useState } from 'react'
import type { SuccessDetail, VisageLogin } from './visage'
import './visage-react'

export function Page() {
  const login = useRef<VisageLogin>(null)
  const [who, setWho] = useState<SuccessDetail | null>(null)
  return (
    <main>
      <visage-login
        ref={login}
        className="wide"
        endpoint="https://login.example.org"
        lang="fr"
        theme="light"
        auto={false}
        signup-url="/join"
        ways={['face']}
        acr="urn:visage:face:challenge"
        username="ada"
        resume-session="off"
        onvisage-ready={() => login.current?.focus()}
        onvisage-hint={({ detail }) => console.log(detail.hint)}
        onvisage-capture={event => event.preventDefault()}
        onvisage-success={({ detail }) => setWho(detail)}
        onvisage-error={({ detail }) => console.log(detail.code)}
        onvisage-fallback={({ detail }) => console.log(detail.reason)}
      />
      <visage-signup poses={['front', 'left', 'right']} login-url="/enter" accessToken={who?.access_token ?? null} />
    </main>
  )
}
