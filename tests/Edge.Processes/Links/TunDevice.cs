using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Edge.Processes.Links;

/// <summary>A network device whose packets are read and written by this process (Linux, tun). It may be moved
/// into another network namespace while it is open; it is gone when this is disposed.</summary>
/// <remarks>Source: the kernel's Documentation/networking/tuntap.rst.</remarks>
internal sealed class TunDevice : IDisposable
{
    /// <summary>Longest packet that is read. Chosen: above any MTU that tests set.</summary>
    public const int PacketBytesMax = 2048;

    private const int OpenReadWrite = 0x2;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;

    /// <summary>TUNSETIFF: which device the descriptor is (linux/if_tun.h).</summary>
    private const nuint SetInterface = 0x400454CA;

    /// <summary>IFF_TUN | IFF_NO_PI: IP packets, and nothing before them.</summary>
    private const ushort PlainPackets = 0x1001;

    /// <summary>struct ifreq (net/if.h): the name, then the flags.</summary>
    private const int RequestBytes = 40;
    private const int NameBytes = 16;

    private const int TryAgain = 11;
    private const int Interrupted = 4;
    private const short Readable = 1;

    private readonly int _descriptor;

    private TunDevice(int descriptor) => _descriptor = descriptor;

    /// <summary>Packets that the kernel did not take: the device is down.</summary>
    public long Refused { get; private set; }

    /// <summary>Makes a device in this process' network namespace. It needs CAP_NET_ADMIN.</summary>
    /// <exception cref="Win32Exception">There is none to be had.</exception>
    public static TunDevice Open(string name)
    {
        var descriptor = open("/dev/net/tun", OpenReadWrite | OpenNonBlocking | OpenCloseOnExec);
        if (descriptor < 0)
        {
            throw new Win32Exception(
                Marshal.GetLastPInvokeError(),
                "/dev/net/tun cannot be opened"
            );
        }

        var device = new TunDevice(descriptor);
        var request = new byte[RequestBytes];
        _ = Encoding.ASCII.GetBytes(name, request.AsSpan(0, NameBytes - 1));
        MemoryMarshal.Write(request.AsSpan(NameBytes), PlainPackets);
        if (ioctl(descriptor, SetInterface, ref request[0]) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            device.Dispose();
            throw new Win32Exception(error, $"{name} cannot be made");
        }

        return device;
    }

    /// <summary>Waits until one of two has a packet, at most this long.</summary>
    public static void Wait(TunDevice left, TunDevice right, TimeSpan longest)
    {
        PollEntry[] entries =
        [
            new() { Descriptor = left._descriptor, Events = Readable },
            new() { Descriptor = right._descriptor, Events = Readable },
        ];
        var time = new TimeSpec
        {
            Seconds = (nint)(longest.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(
                longest.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick
            ),
        };
        _ = ppoll(ref entries[0], (nuint)entries.Length, ref time, 0);
    }

    /// <summary>Reads a packet; 0 when there is none.</summary>
    public int Read(Span<byte> packet)
    {
        var length = read(_descriptor, ref MemoryMarshal.GetReference(packet), packet.Length);
        if (length >= 0)
        {
            return (int)length;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is TryAgain or Interrupted
            ? 0
            : throw new Win32Exception(error, "A packet cannot be read");
    }

    /// <summary>Writes a packet, or counts that the kernel does not take it.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        if (write(_descriptor, ref MemoryMarshal.GetReference(packet), packet.Length) < 0)
        {
            Refused++;
        }
    }

    public void Dispose() => _ = close(_descriptor);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int open(string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(int descriptor, nuint request, ref byte argument);

    [DllImport("libc", SetLastError = true)]
    private static extern nint read(int descriptor, ref byte buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(int descriptor, ref byte buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    private static extern int ppoll(
        ref PollEntry entries,
        nuint count,
        ref TimeSpec longest,
        nint signals
    );

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    /// <summary>struct timespec, with 64-bit time.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
