// The one error of the client: a problem as RFC 9457 says it, or what comes nearest.

export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string | null;
  readonly retryAfterMs: number | null;

  constructor(fields: {
    type: string;
    title: string;
    status: number;
    detail: string;
    instance?: string | null;
    retryAfterMs?: number | null;
  }) {
    super(fields.title);
    this.name = 'Problem';
    this.type = fields.type;
    this.status = fields.status;
    this.detail = fields.detail;
    this.instance = fields.instance ?? null;
    this.retryAfterMs = fields.retryAfterMs ?? null;
  }

  /** The server is still reading the snapshot: asking again soon will do. */
  get loading(): boolean {
    return this.status === 503 && this.type.endsWith('/problems/loading');
  }
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields: Record<string, unknown> =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const seconds = Number(response.headers.get('retry-after'));
  return new Problem({
    type: text(fields.type, 'about:blank'),
    title: text(fields.title, `HTTP ${response.status}`),
    status: response.status,
    detail: text(fields.detail, ''),
    instance: text(fields.instance, '') || null,
    retryAfterMs: seconds > 0 ? seconds * 1000 : null,
  });
}

export function unreachable(cause: unknown): Problem {
  return new Problem({
    type: '/problems/unreachable',
    title: 'unreachable',
    status: 0,
    detail: cause instanceof Error ? cause.message : '',
  });
}
