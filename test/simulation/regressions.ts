/** Seeds whose storms found something. What they found has a scene of its own, too, because a seed tells another story when storms change. */
export const seedsThatFailed: readonly number[] = [
  49, 72, 76, 89, 94, 224, 269, 2287, 2831, 5882, 21852, 1009761,
];
