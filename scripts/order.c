// Writes the name of each method of a NativeAOT executable when it is first called: what scripts/order.sh preloads.
// Every method begins with a trap, which the first call of it takes away again.
//
//   ORDER_METHODS   a file with a line for each method: its hexadecimal offset in the program, and its name; sorted
//   ORDER_CALLED    the file that the names are written to, in the order of their first calls
#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { METHODS_MAX = 1 << 20, TRAP = 0xcc };

static struct {
  unsigned long offset;
  char *line;
  size_t length;
  unsigned char first;
} methods[METHODS_MAX];

static int count;
static int called;
static unsigned char *program;

// Only what a signal handler may call.
static void fail(const char *why) {
  if (write(STDERR_FILENO, why, strlen(why)) < 0) {
    _exit(2);
  }
  _exit(1);
}

static int find(unsigned long offset) {
  int first = 0, last = count - 1;
  while (first <= last) {
    int middle = (first + last) / 2;
    if (methods[middle].offset == offset) {
      return middle;
    }
    if (methods[middle].offset < offset) {
      first = middle + 1;
    } else {
      last = middle - 1;
    }
  }
  return -1;
}

static void on_trap(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  ucontext_t *at = context;
  unsigned char *start = (unsigned char *)at->uc_mcontext.gregs[REG_RIP] - 1;
  int index = find((unsigned long)(start - program));
  if (index < 0) {
    fail("A trap that is none of these.\n");
  }
  // Two threads may come at once: one of them writes the name, both go on at the method's start.
  if (__atomic_exchange_n(start, methods[index].first, __ATOMIC_SEQ_CST) == TRAP &&
      write(called, methods[index].line, methods[index].length) != (ssize_t)methods[index].length) {
    fail("A name was not written.\n");
  }
  at->uc_mcontext.gregs[REG_RIP] = (greg_t)start;
}

// The first of the objects is the program itself.
static int note_program(struct dl_phdr_info *object, size_t size, void *data) {
  (void)size;
  (void)data;
  program = (unsigned char *)object->dlpi_addr;
  return 1;
}

static void read_methods(const char *path) {
  FILE *file = fopen(path, "r");
  char *line = NULL;
  size_t capacity = 0;
  if (file == NULL) {
    fail("ORDER_METHODS cannot be read.\n");
  }
  while (count < METHODS_MAX && getline(&line, &capacity, file) > 0) {
    char *name;
    unsigned long offset = strtoul(line, &name, 16);
    // A method may have several names.
    if (count > 0 && methods[count - 1].offset == offset) {
      count--;
      methods[count].line = realloc(methods[count].line, methods[count].length + strlen(name));
      strcpy(methods[count].line + methods[count].length, name + 1);
    } else {
      methods[count].offset = offset;
      methods[count].line = strdup(name + 1);
    }
    methods[count].length = strlen(methods[count].line);
    count++;
  }
  free(line);
  fclose(file);
  if (count == 0 || count == METHODS_MAX) {
    fail("ORDER_METHODS has no methods, or too many.\n");
  }
}

__attribute__((constructor)) static void set_traps(void) {
  const char *path = getenv("ORDER_METHODS");
  if (path == NULL) {
    return;
  }
  read_methods(path);
  called = open(getenv("ORDER_CALLED"), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  dl_iterate_phdr(note_program, NULL);
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART};
  unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
  unsigned long first = (unsigned long)(program + methods[0].offset) & ~(page - 1);
  unsigned long end = ((unsigned long)(program + methods[count - 1].offset) + page) & ~(page - 1);
  if (called < 0 || sigaction(SIGTRAP, &action, NULL) != 0 ||
      mprotect((void *)first, end - first, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
    fail("No traps can be set.\n");
  }
  for (int index = 0; index < count; index++) {
    methods[index].first = program[methods[index].offset];
    program[methods[index].offset] = TRAP;
  }
}
