/* The command that every scheduler starts: it writes its own clock, a label, and for which fire time it was told to be, as one line at the end of a file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (count != 3) return 2;
  const char *told = getenv("CRONKEEPER_FIRE_TIME");
  char line[256];
  int length = snprintf(line, sizeof line, "%s %lld%09ld %s\n", words[2], (long long)now.tv_sec, now.tv_nsec, told ? told : "-");
  int file = open(words[1], O_WRONLY | O_APPEND | O_CREAT, 0666);
  return file >= 0 && write(file, line, length) == length ? 0 : 1;
}
