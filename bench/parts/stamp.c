/* The command that every scheduler starts: it writes its own clock and a label, as one line, at the end of a file. */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (count != 3) return 2;
  char line[256];
  int length = snprintf(line, sizeof line, "%s %lld%09ld\n", words[2], (long long)now.tv_sec, now.tv_nsec);
  int file = open(words[1], O_WRONLY | O_APPEND | O_CREAT, 0666);
  return file >= 0 && write(file, line, length) == length ? 0 : 1;
}
