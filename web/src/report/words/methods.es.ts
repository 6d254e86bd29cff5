// Cómo se llama cada cifra y cómo se calcula, en español.
import type { Methods } from './index.ts';

export const methods: Methods = {
  rows: ['Filas', 'Filas de la tabla, tal como se leyeron.'],
  columns: ['Columnas', 'Columnas de la tabla, por tipo.'],
  memory: ['Tamaño en memoria', 'Bytes que ocupa la tabla en memoria como columnas Arrow.'],
  count: ['Valores', 'Filas que tienen un valor: ni ausente ni centinela.'],
  distinct: [
    'Distintos',
    'Valores diferentes. Contados uno a uno hasta un límite; más allá se estiman con HyperLogLog y se marcan con ≈.',
  ],
  unique: ['Una sola vez', 'Valores que aparecen en exactamente una fila.'],
  missing: ['Ausentes', 'Filas sin valor: estructurales y huecos juntos, como parte de todas las filas.'],
  structural: [
    'Estructurales',
    'Ausentes porque la transacción se detuvo antes: en un código de respuesta en el que el 99 % o más de las filas carecen del valor, su ausencia es parte del código.',
  ],
  gaps: ['Huecos', 'Ausentes donde otras filas del mismo código de respuesta sí tienen valor.'],
  sentinel: [
    'Centinelas',
    'Valores que significan «no medido», como −1 en una probabilidad, y valores fuera del rango válido. Se cuentan aparte y no entran en ninguna estadística.',
  ],
  infinite: ['Infinitos', 'Valores de más o menos infinito. No entran en las demás estadísticas.'],
  nan: ['No numéricos', 'Valores NaN. Se cuentan como ausentes.'],
  zeros: ['Ceros', 'Valores que son exactamente 0.'],
  negatives: ['Negativos', 'Valores menores que 0.'],
  quantiles: [
    'Cuantiles',
    'El valor por debajo del cual queda una parte de los valores, interpolado linealmente entre vecinos (tipo 7 de Hyndman y Fan 1996). Exacto mientras los valores caben en memoria; más allá, con un error de hasta el 0,2 % del valor, marcado con ≈.',
  ],
  minimum: ['Mínimo', 'El menor valor. Los valores de filas sueltas se muestran solo en mediciones.'],
  maximum: ['Máximo', 'El mayor valor. Los valores de filas sueltas se muestran solo en mediciones.'],
  range: ['Rango', 'Máximo menos mínimo.'],
  iqr: ['Rango intercuartílico', 'Tercer cuartil menos primer cuartil.'],
  median: ['Mediana', 'El valor central: la mitad de los valores queda por debajo.'],
  mean: ['Media', 'Suma de los valores dividida por su número.'],
  sd: ['Desviación estándar', 'Raíz cuadrada de la varianza.'],
  variance: ['Varianza', 'Suma de las desviaciones de la media al cuadrado, dividida por n − 1.'],
  cv: ['Coeficiente de variación', 'Desviación estándar dividida por la media.'],
  kurtosis: [
    'Curtosis',
    'Exceso de curtosis, corregido de sesgo (G2 de Fisher): 0 en una distribución normal, mayor cuanto más pesadas son las colas.',
  ],
  skewness: [
    'Asimetría',
    'Corregida de sesgo (G1 de Fisher–Pearson): 0 si ambos lados son iguales, positiva si la cola larga está a la derecha.',
  ],
  mad: ['Desviación absoluta mediana', 'Mediana de las distancias de los valores a su mediana.'],
  sum: ['Suma', 'De todos los valores.'],
  monotonicity: [
    'Monotonía',
    'Si los valores solo suben o solo bajan de fila en fila, en el orden de la tabla.',
  ],
  histogram: [
    'Histograma',
    'Filas en intervalos de igual ancho. Su número se puede cambiar: los intervalos finos se juntan. Nunca depende de los valores.',
  ],
  common: [
    'Valores frecuentes',
    'Los valores más frecuentes con sus filas. Los de menos de cinco filas se juntan.',
  ],
  extremes: ['Valores extremos', 'Los valores menores y mayores, solo en mediciones.'],
  lengths: ['Longitud', 'Caracteres de cada texto (puntos de código Unicode).'],
  characters: [
    'Caracteres',
    'Cada carácter de cada texto, contado por sí mismo, por categoría y por escritura (Unicode).',
  ],
  words: [
    'Palabras',
    'Secuencias sin espacios, sin puntuación en los extremos, en minúsculas; con las filas que contienen cada una.',
  ],
  shapes: [
    'Formas',
    'Qué aspecto tienen los valores: las letras son A, las cifras 9, las secuencias su longitud. Se muestran en lugar de los valores de columnas identificativas.',
  ],
  dates: ['Fechas', 'Primer y último instante, días entre ambos y días sin ninguna fila.'],
  calendar: [
    'Hora y día de la semana',
    'Filas por hora del día y por día de la semana, en el desfase horario de los datos.',
  ],
  outcome: [
    'Por resultado',
    'Los valores de las transacciones aceptadas y de las rechazadas por separado, cada uno como parte de sus propias filas. Los errores técnicos no entran.',
  ],
  auc: [
    'AUC',
    'Probabilidad de que una fila aceptada tenga un valor mayor que una rechazada; los empates cuentan la mitad (U de Mann–Whitney dividida por n₁·n₂). 0,5 no dice nada, 1 y 0 separan del todo.',
  ],
  ks: [
    'Kolmogorov–Smirnov',
    'La mayor distancia entre las dos distribuciones acumuladas: 0 iguales, 1 separadas.',
  ],
  drift: [
    'Deriva',
    'Índice de estabilidad de la población de cada periodo frente a los demás: suma sobre intervalos de (p − q)·ln(p ÷ q). Menos de 0,1 estable, menos de 0,25 moderada, si no fuerte. El veredicto sigue la magnitud, nunca el número de filas.',
  ],
  season: [
    'Estacionalidad',
    'Parte de la varianza que explican la hora del día o el día de la semana: eta² en números, V de Cramér en categorías.',
  ],
  pearson: ['Pearson', 'Correlación lineal de dos números, en las filas que tienen ambos.'],
  spearman: ['Spearman', 'Correlación de Pearson de los rangos; los empates toman su rango medio.'],
  kendall: [
    'Kendall',
    'Tau-b: pares de filas en el mismo orden menos pares en orden contrario, corregida por empates.',
  ],
  cramers_v: [
    'V de Cramér',
    'Asociación de dos categorías a partir de chi², corregida de sesgo (Bergsma 2013): de 0 a 1.',
  ],
  phi_k: [
    'Phi-k',
    'Correlación de dos columnas cualesquiera, leída de chi² como de una normal bivariante (Baak et al. 2020). Los números en diez intervalos: de 0 a 1.',
  ],
  auto: ['Auto', 'Spearman entre dos números; V de Cramér en lo demás, con los números en intervalos.'],
  nullity: [
    'Ausencias conjuntas',
    'Correlación de Pearson de «está ausente» entre columnas: 1 si faltan en las mismas filas.',
  ],
  dendrogram: [
    'Árbol de ausencias',
    'Columnas unidas según se parecen sus filas ausentes (enlace promedio). Cuanto más a la izquierda se unen, más se parecen.',
  ],
  matrix: [
    'Matriz',
    'La tabla en bloques de filas, en su orden; cuanto más oscura una celda, más de sus filas carecen del valor.',
  ],
  interactions: [
    'Interacciones',
    'Dos números uno frente a otro, en una muestra de filas, dentro del rango del 99 % central de cada uno.',
  ],
  duplicates: ['Duplicadas', 'Filas iguales en todas las columnas, halladas por un hash de 128 bits.'],
  sample: [
    'Muestra',
    'Unas pocas filas para ver cómo son. Los identificadores se acortan y las columnas identificativas se ocultan.',
  ],
  sampling: [
    'Filas usadas',
    'Lo que compara columnas lee una muestra: las filas con los hashes más pequeños, de modo que no depende de su orden. Si la tabla no tiene más filas que la muestra, entran todas.',
  ],
  exactness: [
    'Exacto y aproximado',
    'Una cifra sin marca es exacta: se contaron todas las filas. ≈ marca una estimación; la nota a su lado dice en qué se basa.',
  ],
  psi: [
    'PSI',
    'Índice de estabilidad de la población: cuánto difieren dos distribuciones, sobre intervalos del conjunto.',
  ],
  jensen_shannon: ['Jensen–Shannon', 'Divergencia de dos distribuciones en bits: 0 iguales, 1 separadas.'],
  alerts: ['Alertas', 'Lo que llama la atención, según límites fijos. Cada una lleva a su columna.'],
};
