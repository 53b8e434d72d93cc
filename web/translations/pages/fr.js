// The sentences of en.js in French.
export default {
  'page.skip': 'Aller au contenu',
  'page.nav': 'Pages',
  'page.sign_up': 'Créer un compte',
  'page.log_in': 'Se connecter',
  'page.account': 'Mon compte',
  'page.language': 'Langue',
  'page.self_hosted': 'Auto-hébergé : rien sur cette page ne parle à personne d’autre que ce serveur.',

  'start.page_title': 'Visage : connectez-vous avec votre visage',
  'start.description': 'L’inscription et la connexion par le visage, hébergées par votre équipe.',
  'start.title': 'Connectez-vous avec votre visage, sur votre propre serveur.',
  'start.pitch':
    'Cinq photos pour s’inscrire, un regard pour se connecter. Votre visage reste sur ce serveur et ne va nulle part '
    + 'ailleurs.',
  'start.how_title': 'Comment ça marche',
  'start.pictures_title': 'Cinq photos, une légère rotation à chaque fois',
  'start.pictures':
    'De face, à gauche, à droite, en haut et en bas : la page vous guide et prend chaque photo toute seule, en 15 '
    + 'secondes environ.',
  'start.glance_title': 'Un regard pour se connecter',
  'start.glance': 'Regardez la caméra. Le serveur sait qui vous êtes, ou dit qu’il ne le sait pas.',
  'start.password_title': 'Jamais bloqué dehors',
  'start.password': 'Pas de caméra, pas de lumière, pas de chance ? Votre mot de passe est toujours à un clic.',
  'start.yours_title': 'Votre visage est à vous',
  'start.here_title': 'Il reste ici',
  'start.here':
    'Les photos, et les nombres qui en sont calculés, sont conservés sur ce serveur et ne sont donnés à personne.',
  'start.look_title': 'Vous voyez ce qui est conservé',
  'start.look': 'La page de votre compte montre chaque photo conservée et vous laisse en emporter une copie.',
  'start.erase_title': 'Vous pouvez l’effacer',
  'start.erase': 'Votre visage seul ou tout le compte, à tout moment, sans rien demander à personne.',

  'signup_page.page_title': 'Créer un compte · Visage',
  'signup_page.description': 'Créez un compte avec votre visage.',
  'signup_page.title': 'Créer un compte',
  'signup_page.lead': 'Un nom, un mot de passe et cinq photos, avec une légère rotation à chaque fois.',
  'signup_page.first':
    'Choisissez un nom et un mot de passe. Le mot de passe vous ouvre quand la caméra ne le peut pas.',
  'signup_page.second':
    'Regardez la caméra et suivez les conseils. Chaque photo se prend toute seule ; les cinq demandent environ 15 '
    + 'secondes.',
  'signup_page.third':
    'Regardez vos photos, reprenez celles qui ne vous plaisent pas, puis confirmez. Elles ne sont conservées qu’alors.',

  'login_page.page_title': 'Se connecter · Visage',
  'login_page.description': 'Connectez-vous avec votre visage ou votre mot de passe.',
  'login_page.title': 'Se connecter',
  'login_page.lead': 'Regardez la caméra. C’est tout.',
  'login_page.first':
    'Des conseils vous guident dans l’ovale, et une seule photo est prise dès que votre visage est net.',
  'login_page.second': 'La caméra s’éteint aussitôt, et la photo n’est pas conservée.',
  'login_page.third': 'Pas de caméra, ou pas envie ? Utilisez votre mot de passe.',
}
