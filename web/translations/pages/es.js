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
}
