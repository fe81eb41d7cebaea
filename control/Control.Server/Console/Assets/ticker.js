// A worker that ticks: timers of a page in the background are slowed down to one a second, those of
// a worker are not.
let timer = 0;

self.onmessage = (event) => {
  clearInterval(timer);
  if (event.data > 0) {
    timer = setInterval(() => self.postMessage(0), 1000 / event.data);
  }
};
