export const appendAudit = `
  INSERT INTO audit (profile, at, actor, kind, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`;

/** With `prefixes` > 0 the parameters from $4 on are beginnings of kinds, any of which will do. */
export function listAudit(prefixes: number): string {
  const wanted = Array.from({ length: prefixes }, (_, index) => {
    const prefix = `$${index + 4}`;
    return `substr(kind, 1, length(${prefix})) = ${prefix}`;
  });
  const condition = wanted.length === 0 ? '' : `AND (${wanted.join(' OR ')})`;
  return `
  SELECT * FROM audit WHERE profile = $1 AND sequence < $2 ${condition}
  ORDER BY sequence DESC LIMIT $3`;
}
