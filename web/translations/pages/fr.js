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
  'login_page.lead_challenge': 'Regardez la caméra, puis bougez comme on vous le demande.',
  'login_page.first_challenge':
    'Des indications vous guident dans l’ovale. Puis trois mouvements sont demandés, comme tourner la tête.',
  'login_page.second_challenge': 'La caméra s’éteint aussitôt, et les photos ne sont pas conservées.',

  'account_page.page_title': 'Mon compte · Visage',
  'account_page.description': 'Voyez, renouvelez, emportez ou effacez ce qui est conservé de vous.',
  'account_page.title': 'Mon compte',
  'account_page.lead': 'Ce qui est conservé de vous, et ce que vous pouvez en faire.',

  'reset_page.page_title': 'Nouveau mot de passe · Visage',
  'reset_page.description': 'Choisir un nouveau mot de passe par un lien à usage unique.',
  'reset_page.title': 'Nouveau mot de passe',
  'reset_page.lead': 'Le lien qui mène ici ne sert qu’une fois.',

  'authorize_page.page_title': 'Connexion · Visage',
  'authorize_page.description': 'Se connecter à une application.',

  'logout_page.page_title': 'Déconnexion · Visage',
  'logout_page.description': 'Se déconnecter de toutes les applications.',

  'account.nobody_title': 'Personne n’est connecté',
  'account.nobody': 'Connectez-vous pour voir votre compte.',
  'account.session_over': 'Votre session est terminée. Reconnectez-vous pour voir votre compte.',
  'account.logged_out': 'Votre session est fermée.',
  'account.logged_out_everywhere': 'Votre session est fermée, ici et partout ailleurs.',
  'account.log_out': 'Se déconnecter',
  'account.trouble_title': 'Votre compte ne peut pas être affiché pour le moment',
  'account.cancel': 'Annuler',
  'account.back': 'Retour à mon compte',

  'account.logged_in': 'Connexion',
  'account.by_face': 'Avec votre visage, {when}',
  'account.by_password': 'Avec votre mot de passe, {when}',
  'account.by_passkey': 'Avec votre clé d’accès, {when}',
  'account.by_both': 'Avec votre visage et votre clé d’accès, {when}',
  'account.no_email': 'Non indiquée',

  'account.pictures_title': 'Photos de votre visage',
  'account.pictures_locked':
    'Pour les voir, votre mot de passe vous est demandé : personne d’autre ne devrait les voir.',
  'account.pictures_show': 'Voir mes photos',
  'account.pictures_none':
    'Aucune photo de votre visage n’est conservée. Vous vous connectez avec votre mot de passe.',
  'account.pictures_outdated':
    'Les visages sont désormais reconnus autrement, et le vôtre demande de nouvelles photos. Votre mot de passe '
    + 'fonctionne comme avant.',
  'account.pictures_vectors': 'Seuls des nombres calculés à partir de vos photos sont conservés, pas les photos.',
  'account.picture': 'Photo conservée {number} : {pose}',
  'account.stored': 'Conservées depuis',
  'account.consent': 'Votre accord',
  'account.consent_given': 'Version {version}, {when}',
  'account.first': 'Prendre des photos',
  'account.renew': 'Prendre de nouvelles photos',
  'account.renewed': 'Vos nouvelles photos sont conservées. Les anciennes sont effacées.',
  'account.download': 'Télécharger une copie',
  'account.downloaded': 'Votre copie est dans {file}, parmi vos téléchargements.',
  'account.erase_face': 'Effacer mon visage',
  'account.erase_face_title': 'Effacer votre visage ?',
  'account.erase_face_lead':
    'Les photos, et les nombres qui en sont calculés, sont effacés pour de bon. Votre compte reste, et votre mot de '
    + 'passe fonctionne.',
  'account.face_erased': 'Votre visage est effacé. Désormais, vous vous connectez avec votre mot de passe.',

  'account.password_title': 'Mot de passe',
  'account.new_password': 'Nouveau mot de passe',
  'account.change_password': 'Changer le mot de passe',
  'account.password_changed': 'Votre mot de passe est changé. Partout ailleurs, votre session est fermée.',
  'account.passkeys_title': 'Clés d’accès',
  'account.passkeys_lead':
    'Une clé d’accès vous connecte avec l’empreinte, le visage ou le code de votre propre appareil. Elle ne '
    + 'marche que sur ce site : personne ne peut vous la soutirer.',
  'account.passkeys_none': 'Vous n’avez pas encore de clé d’accès.',
  'account.passkey_add': 'Ajouter une clé d’accès',
  'account.passkey_added': 'Votre clé d’accès est ajoutée.',
  'account.passkey_made': 'Ajoutée : {when}.',
  'account.passkey_used': 'Dernière utilisation : {when}.',
  'account.passkey_unused': 'Pas encore utilisée.',
  'account.passkey_rename': 'Renommer',
  'account.passkey_rename_title': 'Renommer la clé d’accès',
  'account.passkey_rename_lead': 'Choisissez un nom qui vous rappelle l’appareil.',
  'account.passkey_name': 'Nom de la clé d’accès',
  'account.passkey_nameless': 'Saisissez un nom.',
  'account.passkey_save': 'Enregistrer',
  'account.passkey_remove': 'Retirer',
  'account.passkey_remove_title': 'Retirer la clé d’accès « {name} » ?',
  'account.passkey_remove_lead':
    'Vous ne pourrez plus vous connecter avec elle. Supprimez-la aussi sur votre appareil.',
  'account.passkey_removed': 'La clé d’accès « {name} » est retirée.',

  'account.sessions_title': 'Où votre session est ouverte',
  'account.sessions_lead':
    'Un appareil perdu ou laissé quelque part ? Fermez vos sessions sur tous, celui-ci compris. '
    + 'Ce qui est ouvert ailleurs peut durer encore quelques minutes.',
  'account.log_out_everywhere': 'Se déconnecter partout',

  'account.erase_title': 'Le compte entier',
  'account.erase_lead': 'Votre compte, vos photos et tout ce qui en a été calculé sont effacés pour de bon.',
  'account.erase': 'Effacer mon compte',
  'account.erase_question': 'Effacer votre compte ?',
  'account.erase_type': 'Tapez {username} pour confirmer',
  'account.erase_mismatch': 'Ce n’est pas {username}.',
  'account.goodbye_title': 'Au revoir, {name}',
  'account.goodbye': 'Votre compte et tout ce qui était conservé de vous sont effacés.',

  'account.confirm_title': 'Entrez votre mot de passe',
  'account.confirm_lead': 'Pour savoir que c’est bien vous, {name}.',
  'account.confirm': 'Continuer',
  'account.wrong_password': 'Ce n’est pas le mot de passe de ce compte.',

  'reset.title': 'Choisissez un nouveau mot de passe',
  'reset.lead': 'Il vaut aussitôt, et toutes vos sessions se ferment.',
  'reset.changed_title': 'Votre nouveau mot de passe est en place',
  'reset.changed': 'Toutes vos sessions sont fermées. Connectez-vous avec lui.',
  'reset.unusable_title': 'Pas de nouveau mot de passe par ce lien',

  'authorize.login_title': 'Connectez-vous à {application}',
  'authorize.back': 'Retour à {application}',
  'authorize.no_account': 'Pas encore de compte ?',
  'authorize.sign_up': 'Créer un compte dans un autre onglet',
  'authorize.no_cookies':
    'Votre navigateur bloque les cookies. Autorisez-les pour cette page : sans eux, l’application ne peut pas '
    + 'vous connecter.',
  'authorize.not_enough':
    'Cette connexion ne suffit pas à {application}. Connectez-vous à nouveau, autrement ou avec un autre compte.',
  'authorize.consent_title': '{application} veut vous connecter en tant que {user}',
  'authorize.consent_lead': 'Si vous l’autorisez, {application} pourra :',
  'authorize.openid': 'savoir que c’est bien vous',
  'authorize.profile': 'voir votre nom et votre nom d’utilisateur',
  'authorize.email': 'voir votre adresse e-mail',
  'authorize.face': 'voir si votre visage est enregistré et depuis quand, mais jamais une photo',
  'authorize.offline_access': 'garder votre session ouverte en votre absence',
  'authorize.allow': 'Autoriser',
  'authorize.refuse': 'Refuser',

  'authorize.refused_title': 'Cette connexion ne peut pas continuer',
  'authorize.unknown_application': 'L’application qui vous envoie n’est pas connue de ce service.',
  'authorize.wrong_address': 'L’application qui vous envoie a donné une adresse qui n’est pas enregistrée pour elle.',
  'authorize.wrong_request': 'L’application qui vous envoie a fait une demande incorrecte.',
  'authorize.unmet': 'L’application exige un type de connexion que ce service ne propose pas.',
  'authorize.back_to_application': 'Retour à l’application',
  'authorize.developers': 'Pour les développeurs de l’application :',

  'openid.leaving_title': 'Un instant…',
  'openid.leaving': 'Si cette page reste affichée, continuez à la main.',
  'openid.go_on': 'Continuer',
  'openid.trouble_title': 'Cela ne marche pas pour le moment',

  'logout.title': 'Se déconnecter ?',
  'logout.lead':
    'Votre session Visage se ferme. Une application où vous êtes encore connecté peut rester ouverte : '
    + 'déconnectez-vous là aussi.',
  'logout.stay': 'Garder la session ouverte',
  'logout.done_title': 'Votre session est fermée',
  'logout.done': 'Vous pouvez fermer cette page, ou vous reconnecter.',
}
