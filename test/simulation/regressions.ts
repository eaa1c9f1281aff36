/** Seeds whose storms found something. What they found has a scene of its own, too, because a seed tells another story when storms change. */
export const seedsThatFailed: readonly number[] = [];
