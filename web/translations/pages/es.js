// The sentences of en.js in Spanish.
export default {
  'page.skip': 'Ir al contenido',
  'page.nav': 'Páginas',
  'page.sign_up': 'Crear cuenta',
  'page.log_in': 'Entrar',
  'page.account': 'Mi cuenta',
  'page.language': 'Idioma',
  'page.self_hosted': 'En tu propio servidor: nada en esta página habla con nadie más que con él.',

  'start.page_title': 'Visage: entra con tu cara',
  'start.description': 'Registro y acceso con la cara que cada equipo aloja por sí mismo.',
  'start.title': 'Entra con tu cara, en tu propio servidor.',
  'start.pitch':
    'Cinco fotos para registrarte, una mirada para entrar. Tu cara se queda en este servidor y no va a ningún otro '
    + 'sitio.',
  'start.how_title': 'Cómo funciona',
  'start.pictures_title': 'Cinco fotos, un leve giro en cada una',
  'start.pictures':
    'Al frente, a la izquierda, a la derecha, arriba y abajo: la página te guía y hace cada foto sola, '
    + 'en unos 15 segundos.',
  'start.glance_title': 'Una mirada para entrar',
  'start.glance': 'Mira a la cámara. El servidor sabe quién eres, o dice que no lo sabe.',
  'start.password_title': 'Nunca te quedas fuera',
  'start.password': '¿Sin cámara, sin luz, sin suerte? Tu contraseña está siempre a un clic.',
  'start.yours_title': 'Tu cara es tuya',
  'start.here_title': 'Se queda aquí',
  'start.here':
    'Las fotos, y los números que se calculan a partir de ellas, se guardan en este servidor y no se dan a nadie.',
  'start.look_title': 'Ves lo que se guarda',
  'start.look': 'La página de tu cuenta muestra cada foto guardada y te deja llevarte una copia.',
  'start.erase_title': 'Puedes borrarla',
  'start.erase': 'Solo tu cara o la cuenta entera, en cualquier momento y sin pedir permiso a nadie.',

  'signup_page.page_title': 'Crear cuenta · Visage',
  'signup_page.description': 'Crea una cuenta con tu cara.',
  'signup_page.title': 'Crear cuenta',
  'signup_page.lead': 'Un nombre, una contraseña y cinco fotos, con un leve giro en cada una.',
  'signup_page.first': 'Elige un nombre y una contraseña. Con la contraseña entras cuando la cámara no puede.',
  'signup_page.second':
    'Mira a la cámara y sigue las indicaciones. Cada foto se hace sola; las cinco llevan unos 15 segundos.',
  'signup_page.third': 'Mira tus fotos, repite las que no te gusten y confirma. Solo entonces se guardan.',

  'login_page.page_title': 'Entrar · Visage',
  'login_page.description': 'Entra con tu cara o con tu contraseña.',
  'login_page.title': 'Entrar',
  'login_page.lead': 'Mira a la cámara. Eso es todo.',
  'login_page.first': 'Las indicaciones te llevan al óvalo, y se hace una sola foto en cuanto tu cara se ve bien.',
  'login_page.second': 'La cámara se apaga enseguida y la foto no se guarda.',
  'login_page.third': '¿Sin cámara o sin ganas? Usa tu contraseña.',
  'login_page.lead_challenge': 'Mira a la cámara y luego muévete como se te pida.',
  'login_page.first_challenge':
    'Las indicaciones te llevan al óvalo. Después se te piden tres movimientos, como girar la cabeza.',
  'login_page.second_challenge': 'La cámara se apaga enseguida y las fotos no se guardan.',

  'account_page.page_title': 'Mi cuenta · Visage',
  'account_page.description': 'Ve, renueva, llévate o borra lo que se guarda de ti.',
  'account_page.title': 'Mi cuenta',
  'account_page.lead': 'Lo que se guarda de ti, y lo que puedes hacer con ello.',

  'reset_page.page_title': 'Contraseña nueva · Visage',
  'reset_page.description': 'Elegir una contraseña nueva con un enlace de un solo uso.',
  'reset_page.title': 'Contraseña nueva',
  'reset_page.lead': 'Has llegado por un enlace de un solo uso.',

  'authorize_page.page_title': 'Entrar · Visage',
  'authorize_page.description': 'Entrar en una aplicación.',

  'logout_page.page_title': 'Salir · Visage',
  'logout_page.description': 'Salir de todas las aplicaciones.',

  'account.nobody_title': 'Nadie ha entrado',
  'account.nobody': 'Entra para ver tu cuenta.',
  'account.session_over': 'Tu sesión ha terminado. Entra otra vez para ver tu cuenta.',
  'account.logged_out': 'Has salido.',
  'account.logged_out_everywhere': 'Se ha cerrado tu sesión, aquí y en todos los demás sitios.',
  'account.log_out': 'Salir',
  'account.trouble_title': 'Ahora no se puede mostrar tu cuenta',
  'account.cancel': 'Cancelar',
  'account.back': 'Volver a mi cuenta',

  'account.logged_in': 'Entraste',
  'account.by_face': 'Con tu cara, {when}',
  'account.by_password': 'Con tu contraseña, {when}',
  'account.by_passkey': 'Con tu llave de acceso, {when}',
  'account.by_both': 'Con tu cara y tu llave de acceso, {when}',
  'account.no_email': 'Sin indicar',

  'account.pictures_title': 'Fotos de tu cara',
  'account.pictures_locked': 'Para verlas se te pide la contraseña: nadie más debería verlas.',
  'account.pictures_show': 'Ver mis fotos',
  'account.pictures_none': 'No se guarda ninguna foto de tu cara. Entras con tu contraseña.',
  'account.pictures_outdated':
    'Las caras se reconocen ahora de otra manera, y la tuya necesita fotos nuevas. Tu contraseña funciona como antes.',
  'account.pictures_vectors': 'Solo se guardan números calculados a partir de tus fotos, no las fotos mismas.',
  'account.picture': 'Foto guardada {number}: {pose}',
  'account.stored': 'Guardadas',
  'account.consent': 'Tu consentimiento',
  'account.consent_given': 'Versión {version}, {when}',
  'account.first': 'Hacer fotos',
  'account.renew': 'Hacer fotos nuevas',
  'account.renewed': 'Tus fotos nuevas están guardadas. Las anteriores se han borrado.',
  'account.download': 'Descargar una copia',
  'account.downloaded': 'Tu copia está en {file}, entre tus descargas.',
  'account.erase_face': 'Borrar mi cara',
  'account.erase_face_title': '¿Borrar tu cara?',
  'account.erase_face_lead':
    'Las fotos, y los números calculados a partir de ellas, se borran para siempre. Tu cuenta sigue, y tu contraseña '
    + 'funciona.',
  'account.face_erased': 'Tu cara está borrada. A partir de ahora entras con tu contraseña.',

  'account.password_title': 'Contraseña',
  'account.new_password': 'Contraseña nueva',
  'account.change_password': 'Cambiar contraseña',
  'account.password_changed': 'Tu contraseña ha cambiado. En todos los demás sitios se ha cerrado tu sesión.',
  'account.passkeys_title': 'Llaves de acceso',
  'account.passkeys_lead':
    'Con una llave de acceso entras con la huella, la cara o el PIN de tu propio dispositivo. Solo vale en este '
    + 'sitio, así que nadie puede sacártela con engaños.',
  'account.passkeys_none': 'Aún no tienes llaves de acceso.',
  'account.passkey_add': 'Añadir una llave de acceso',
  'account.passkey_added': 'Tu llave de acceso está añadida.',
  'account.passkey_made': 'Añadida: {when}.',
  'account.passkey_used': 'Último uso: {when}.',
  'account.passkey_unused': 'Sin usar todavía.',
  'account.passkey_rename': 'Cambiar nombre',
  'account.passkey_rename_title': 'Cambiar el nombre de la llave de acceso',
  'account.passkey_rename_lead': 'Elige un nombre con el que reconozcas el dispositivo.',
  'account.passkey_name': 'Nombre de la llave de acceso',
  'account.passkey_nameless': 'Escribe un nombre.',
  'account.passkey_save': 'Guardar',
  'account.passkey_remove': 'Quitar',
  'account.passkey_remove_title': '¿Quitar la llave de acceso «{name}»?',
  'account.passkey_remove_lead': 'Ya no podrás entrar con ella. Bórrala también en tu dispositivo.',
  'account.passkey_removed': 'La llave de acceso «{name}» está quitada.',

  'account.sessions_title': 'Dónde tienes la sesión abierta',
  'account.sessions_lead':
    '¿Has perdido un dispositivo o lo has dejado en algún sitio? Cierra tus sesiones en todos, también en este. '
    + 'Lo que esté abierto en otro sitio puede seguir unos minutos.',
  'account.log_out_everywhere': 'Salir en todas partes',

  'account.erase_title': 'La cuenta entera',
  'account.erase_lead': 'Tu cuenta, tus fotos y todo lo calculado a partir de ellas se borran para siempre.',
  'account.erase': 'Borrar mi cuenta',
  'account.erase_question': '¿Borrar tu cuenta?',
  'account.erase_type': 'Escribe {username} para confirmar',
  'account.erase_mismatch': 'Eso no es {username}.',
  'account.goodbye_title': 'Adiós, {name}',
  'account.goodbye': 'Tu cuenta y todo lo que se guardaba de ti se han borrado.',

  'account.confirm_title': 'Escribe tu contraseña',
  'account.confirm_lead': 'Para saber que eres tú, {name}.',
  'account.confirm': 'Continuar',
  'account.wrong_password': 'Esa no es la contraseña de esta cuenta.',

  'reset.title': 'Elige una contraseña nueva',
  'reset.lead': 'Vale enseguida, y se cierran todas tus sesiones.',
  'reset.changed_title': 'Tu contraseña nueva ya vale',
  'reset.changed': 'Se han cerrado todas tus sesiones. Entra ahora con ella.',
  'reset.unusable_title': 'Este enlace no da una contraseña nueva',

  'authorize.login_title': 'Entra en {application}',
  'authorize.back': 'Volver a {application}',
  'authorize.no_account': '¿Aún no tienes cuenta?',
  'authorize.sign_up': 'Crear una cuenta en otra pestaña',
  'authorize.no_cookies':
    'Tu navegador bloquea las cookies. Permítelas en esta página: sin ellas, no puedes entrar en la aplicación.',
  'authorize.not_enough':
    'Esta forma de entrar no basta para {application}. Entra otra vez, de otro modo o con otra cuenta.',
  'authorize.consent_title': '{application} quiere que entres como {user}',
  'authorize.consent_lead': 'Si lo permites, {application} podrá:',
  'authorize.openid': 'saber que eres tú',
  'authorize.profile': 'ver tu nombre y tu nombre de usuario',
  'authorize.email': 'ver tu correo electrónico',
  'authorize.face': 'ver si tu cara está registrada y desde cuándo, pero nunca una foto',
  'authorize.offline_access': 'mantener tu sesión abierta mientras no estás',
  'authorize.allow': 'Permitir',
  'authorize.refuse': 'Rechazar',

  'authorize.refused_title': 'No se puede seguir',
  'authorize.unknown_application': 'Este servicio no conoce la aplicación que te ha enviado aquí.',
  'authorize.wrong_address': 'La aplicación que te ha enviado aquí dio una dirección que no está registrada para ella.',
  'authorize.wrong_request': 'La aplicación que te ha enviado aquí hizo una petición incorrecta.',
  'authorize.unmet': 'La aplicación exige una forma de entrar que este servicio no ofrece.',
  'authorize.back_to_application': 'Volver a la aplicación',
  'authorize.developers': 'Para quienes desarrollan la aplicación:',

  'openid.leaving_title': 'Un momento…',
  'openid.leaving': 'Si esta página no cambia, continúa a mano.',
  'openid.go_on': 'Continuar',
  'openid.trouble_title': 'Ahora mismo no funciona',

  'logout.title': '¿Salir?',
  'logout.lead':
    'Tu sesión en Visage se cierra. Una aplicación en la que sigas conectado puede quedar abierta: '
    + 'cierra la sesión allí también.',
  'logout.stay': 'Mantener la sesión abierta',
  'logout.done_title': 'Has salido',
  'logout.done': 'Puedes cerrar esta página o entrar otra vez.',
}
