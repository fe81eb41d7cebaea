// Peer connections that a test drives from outside, one operation at a time: the same in a page and in Node, over
// any implementation of RTCPeerConnection. What tells those apart comes in as `platform`:
//   create(configuration)       a peer connection
//   makeTrack(kind)             a track with something to see or to hear
//   watchTrack(track, onFrame)  calls back for each picture, or each block of sound
//   fetch(url, options)         a request on a connection of its own
// Every operation takes and returns plain JSON. A script without exports, so that a page can take it as it is.
globalThis.createPeerHost = (platform) => {
  const headerBytes = 8;
  const bufferedMax = 4 * 1024 * 1024;
  const textsMax = 100;
  const connections = new Map();
  const timers = new Map();

  /** Counts what comes, and the longest time in which nothing came. */
  const arrivals = () => ({ count: 0, lastAt: 0, gapMs: 0 });
  const arrive = (seen) => {
    const now = performance.now();
    if (seen.lastAt > 0) seen.gapMs = Math.max(seen.gapMs, now - seen.lastAt);
    seen.lastAt = now;
    seen.count++;
  };

  /** A message that tells whether it came whole: its number, its length, then bytes that follow from both. */
  const makeMessage = (number, size) => {
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    for (let index = headerBytes; index < size; index++) bytes[index] = (number * 31 + index) & 0xff;
    view.setUint32(0, number);
    view.setUint32(4, size);
    return bytes;
  };

  const isWhole = (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < headerBytes || view.getUint32(4) !== bytes.length) return false;
    const number = view.getUint32(0);
    for (let index = headerBytes; index < bytes.length; index++) {
      if (bytes[index] !== ((number * 31 + index) & 0xff)) return false;
    }
    return true;
  };

  const note = (seen, data) => {
    arrive(seen.messages);
    if (typeof data === "string") {
      if (seen.texts.length < textsMax) seen.texts.push(data);
      return;
    }
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    seen.bytes += bytes.length;
    seen.longest = Math.max(seen.longest, bytes.length);
    if (!isWhole(bytes)) {
      seen.broken++;
      return;
    }
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (seen.numbers.has(number)) seen.repeated++;
    if (number < seen.highest) seen.backwards++;
    seen.numbers.add(number);
    seen.highest = Math.max(seen.highest, number);
  };

  const watchChannel = (pc, name, channel) => {
    const seen = {
      channel, messages: arrivals(), texts: [], bytes: 0, longest: 0, broken: 0, repeated: 0, backwards: 0,
      numbers: new Set(), highest: -1, closedAfter: -1,
    };
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => note(seen, data);
    channel.onclose = () => (seen.closedAfter = seen.messages.count);
    pc.channels.set(name, seen);
  };

  const find = (name) => {
    const pc = connections.get(name);
    if (!pc) throw new Error(`There is no peer ${name}.`);
    return pc;
  };

  const findChannel = ({ peer, channel }) => {
    const seen = find(peer).channels.get(channel);
    if (!seen) throw new Error(`There is no channel ${channel}.`);
    return seen;
  };

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // What goes to the server; a text of it can be taken for another, which no API lets say otherwise.
  const described = async (pc, description, { was, is } = {}) => {
    const sdp = was ? description.sdp.replaceAll(was, is) : description.sdp;
    await pc.connection.setLocalDescription({ type: description.type, sdp });
    return { sdp };
  };

  const operations = {
    async create({ peer, configuration }) {
      const connection = await platform.create(configuration);
      const pc = { connection, channels: new Map(), tracks: new Map(), states: [] };
      connection.onconnectionstatechange = () => pc.states.push(connection.connectionState);
      connection.ontrack = ({ track, transceiver }) => {
        const seen = { frames: arrivals() };
        pc.tracks.set(transceiver.mid, seen);
        platform.watchTrack(track, () => arrive(seen.frames));
      };
      connection.ondatachannel = ({ channel }) => watchChannel(pc, channel.label, channel);
      connections.set(peer, pc);
      return {};
    },

    /** A section that sends something, or only receives. */
    async transceiver({ peer, kind, direction }) {
      const what = direction === "recvonly" ? kind : await platform.makeTrack(kind);
      find(peer).connection.addTransceiver(what, { direction });
      return {};
    },

    async channel({ peer, channel, options }) {
      const pc = find(peer);
      watchChannel(pc, channel, pc.connection.createDataChannel(channel, options));
      return {};
    },

    async offer({ peer, replace, iceRestart = false }) {
      const pc = find(peer);
      return described(pc, await pc.connection.createOffer({ iceRestart }), replace);
    },

    async answer({ peer, sdp, replace }) {
      const pc = find(peer);
      await pc.connection.setRemoteDescription({ type: "offer", sdp });
      return described(pc, await pc.connection.createAnswer(), replace);
    },

    async accept({ peer, sdp }) {
      await find(peer).connection.setRemoteDescription({ type: "answer", sdp });
      return {};
    },

    /** Hands messages over as fast as the channel takes them. */
    async send({ peer, channel, text, size, count = 1, first = 0 }) {
      const seen = findChannel({ peer, channel });
      if (text !== undefined) {
        seen.channel.send(text);
        return {};
      }
      for (let index = 0; index < count; index++) {
        while (seen.channel.bufferedAmount > bufferedMax) await sleep(5);
        const message = makeMessage(first + index, size);
        seen.channel.send(globalThis.Buffer ? globalThis.Buffer.from(message.buffer) : message);
      }
      return {};
    },

    /** Sends a message again and again until `quiet`. */
    async talk({ peer, channel, size, intervalMs }) {
      const { channel: target } = findChannel({ peer, channel });
      let number = 0;
      const timer = setInterval(() => {
        if (target.readyState !== "open") return;
        const message = makeMessage(number++, size);
        target.send(globalThis.Buffer ? globalThis.Buffer.from(message.buffer) : message);
      }, intervalMs);
      timers.set(`${peer} ${channel}`, timer);
      return {};
    },

    async quiet({ peer, channel }) {
      clearInterval(timers.get(`${peer} ${channel}`));
      return {};
    },

    /** Ends a channel from this side. */
    async shut({ peer, channel }) {
      findChannel({ peer, channel }).channel.close();
      return {};
    },

    /** Begins to look for the longest silence anew. */
    async resetGaps({ peer }) {
      const pc = find(peer);
      for (const { messages } of pc.channels.values()) Object.assign(messages, { lastAt: performance.now(), gapMs: 0 });
      for (const { frames } of pc.tracks.values()) Object.assign(frames, { lastAt: performance.now(), gapMs: 0 });
      return {};
    },

    async look({ peer }) {
      const { connection, channels, tracks, states } = find(peer);
      const since = (seen) => ({
        count: seen.count,
        gapMs: Math.round(seen.lastAt > 0 ? Math.max(seen.gapMs, performance.now() - seen.lastAt) : 0),
      });
      return {
        state: connection.connectionState,
        states,
        tracks: Object.fromEntries([...tracks].map(([mid, { frames }]) => [mid, since(frames)])),
        channels: Object.fromEntries(
          [...channels].map(([name, { channel, messages, numbers, ...seen }]) => [
            name,
            { state: channel.readyState, ...since(messages), ...seen, different: numbers.size },
          ]),
        ),
      };
    },

    /** A request over HTTP from where the peers are. */
    async fetch({ url, method, headers, body }) {
      const response = await platform.fetch(url, { method, headers, body, redirect: "manual" });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      };
    },

    async close({ peer }) {
      await find(peer).connection.close();
      connections.delete(peer);
      return {};
    },
  };

  return async (operation, args) => {
    if (!operations[operation]) throw new Error(`There is no operation ${operation}.`);
    return operations[operation](args);
  };
};
