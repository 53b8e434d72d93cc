// The sentences of en.js in German.
export default {
  'page.skip': 'Zum Inhalt',
  'page.nav': 'Seiten',
  'page.sign_up': 'Registrieren',
  'page.log_in': 'Anmelden',
  'page.account': 'Konto',
  'page.language': 'Sprache',
  'page.self_hosted': 'Selbst betrieben: Nichts auf dieser Seite spricht mit jemand anderem als diesem Server.',

  'start.page_title': 'Visage: Anmelden mit dem Gesicht',
  'start.description': 'Registrieren und Anmelden mit dem Gesicht, vom eigenen Team betrieben.',
  'start.title': 'Mit dem Gesicht anmelden, auf dem eigenen Server.',
  'start.pitch':
    'Fünf Bilder zum Registrieren, ein Blick zum Anmelden. Ihr Gesicht bleibt auf diesem Server und geht nirgendwo '
    + 'sonst hin.',
  'start.how_title': 'So geht es',
  'start.pictures_title': 'Fünf Bilder, jedes mit einer kleinen Drehung',
  'start.pictures':
    'Nach vorn, links, rechts, oben und unten: Die Seite sagt Ihnen wie und nimmt jedes Bild von selbst auf, in etwa '
    + '15 Sekunden.',
  'start.glance_title': 'Ein Blick zum Anmelden',
  'start.glance': 'Schauen Sie in die Kamera. Der Server weiß, wer Sie sind, oder sagt, dass er es nicht weiß.',
  'start.password_title': 'Nie ausgesperrt',
  'start.password': 'Keine Kamera, kein Licht, kein Glück? Ihr Passwort ist immer einen Klick entfernt.',
  'start.yours_title': 'Ihr Gesicht gehört Ihnen',
  'start.here_title': 'Es bleibt hier',
  'start.here':
    'Die Bilder und die Zahlen, die daraus berechnet werden, bleiben auf diesem Server, und niemand sonst bekommt sie.',
  'start.look_title': 'Sie sehen, was gespeichert ist',
  'start.look': 'Ihre Kontoseite zeigt jedes gespeicherte Bild und gibt Ihnen eine Kopie mit.',
  'start.erase_title': 'Sie können es löschen',
  'start.erase': 'Nur Ihr Gesicht oder das ganze Konto, jederzeit und ohne jemanden zu fragen.',

  'signup_page.page_title': 'Registrieren · Visage',
  'signup_page.description': 'Legen Sie ein Konto mit Ihrem Gesicht an.',
  'signup_page.title': 'Registrieren',
  'signup_page.lead': 'Ein Name, ein Passwort und fünf Bilder, jedes mit einer kleinen Drehung.',
  'signup_page.first': 'Wählen Sie Namen und Passwort. Das Passwort lässt Sie ein, wenn die Kamera es nicht kann.',
  'signup_page.second':
    'Schauen Sie in die Kamera und folgen Sie den Hinweisen. Jedes Bild entsteht von selbst; alle fünf dauern etwa 15 '
    + 'Sekunden.',
  'signup_page.third':
    'Sehen Sie Ihre Bilder an, nehmen Sie neu auf, was Ihnen nicht gefällt, und bestätigen Sie. Erst dann werden sie '
    + 'gespeichert.',

  'login_page.page_title': 'Anmelden · Visage',
  'login_page.description': 'Melden Sie sich mit Ihrem Gesicht oder Ihrem Passwort an.',
  'login_page.title': 'Anmelden',
  'login_page.lead': 'Schauen Sie in die Kamera. Das ist alles.',
  'login_page.first':
    'Hinweise führen Sie ins Oval, und ein einziges Bild entsteht, sobald Ihr Gesicht gut zu sehen ist.',
  'login_page.second': 'Die Kamera geht sofort wieder aus, und das Bild wird nicht gespeichert.',
  'login_page.third': 'Keine Kamera oder keine Lust? Nehmen Sie Ihr Passwort.',
}
