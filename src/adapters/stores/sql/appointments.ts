export const insertAppointment = `
  INSERT INTO appointments (profile, version, rule, actor, reason, at)
  VALUES ($1, $2, $3, $4, $5, $6)`;

export const currentAppointment = `
  SELECT * FROM appointments WHERE profile = $1 ORDER BY version DESC LIMIT 1`;
