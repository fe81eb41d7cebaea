using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>The system calls of this room and the numbers they take (Linux, 64 bit).</summary>
internal static unsafe partial class LibC
{
    internal const int FamilyUnix = 1;
    internal const int FamilyIPv4 = 2;
    internal const int FamilyIPv6 = 10;
    internal const int SocketStream = 1;
    internal const int SocketDatagram = 2;
    internal const int SocketNonBlocking = 0x800;
    internal const int SocketCloseOnExec = 0x80000;

    internal const int LevelSocket = 1;
    internal const int OptionReuseAddress = 2;
    internal const int OptionSendBuffer = 7;
    internal const int OptionReceiveBuffer = 8;
    internal const int OptionLinger = 13;
    internal const int OptionReusePort = 15;

    /// <summary>SO_PROTOCOL: IPPROTO_TCP of a connection, 0 of a socket between processes.</summary>
    internal const int OptionProtocol = 38;

    /// <summary>SO_PEERCRED: <c>struct ucred</c> of who connected, or listened, at the other end.</summary>
    internal const int OptionPeerCredentials = 17;

    /// <summary>SO_SNDTIMEO with a <c>timeval</c> of 64 bit; it bounds a connect, too.</summary>
    internal const int OptionSendTimeout = 21;

    /// <summary>SCM_RIGHTS: descriptors that travel with a message.</summary>
    internal const int MessageRights = 1;

    /// <summary>SO_TIMESTAMPNS, and SCM_TIMESTAMPNS of the message: both have this number.</summary>
    internal const int OptionTimestamp = 35;
    internal const int OptionSendBufferForce = 32;
    internal const int OptionAttachPortFilter = 51;
    internal const int OptionReceiveBufferForce = 33;

    /// <summary>SHUT_RDWR.</summary>
    internal const int ShutDownBoth = 2;

    internal const int LevelTcp = 6;
    internal const int ProtocolTcp = 6;
    internal const int OptionNoDelay = 1;
    internal const int OptionNotSentLowWater = 25;

    internal const int LevelUdp = 17;

    /// <summary>UDP_SEGMENT: the kernel, or the network card, cuts one message into datagrams.</summary>
    internal const int OptionUdpSegment = 103;

    /// <summary>UDP_GRO: datagrams of one flow that came together may be received as one; also the message that says how long
    /// each was.</summary>
    internal const int OptionUdpMerge = 104;

    internal const int LevelIPv4 = 0;
    internal const int OptionPacketInfoIPv4 = 8;
    internal const int OptionMtuDiscoverIPv4 = 10;
    internal const int LevelIPv6 = 41;
    internal const int OptionIPv6Only = 26;
    internal const int OptionMtuDiscoverIPv6 = 23;
    internal const int OptionReceivePacketInfoIPv6 = 49;
    internal const int OptionPacketInfoIPv6 = 50;

    /// <summary>IP_PMTUDISC_PROBE: set "don't fragment", but never refuse a size because of a learnt path
    /// MTU (an ICMP message that anyone can forge must not stop media).</summary>
    internal const int MtuDiscoverProbe = 3;

    internal const int MessagePeek = 2;
    internal const int MessageDontWait = 0x40;

    /// <summary>MSG_NOSIGNAL: a connection that the peer closed is an error to return, not a SIGPIPE.</summary>
    internal const int MessageNoSignal = 0x4000;
    internal const int MessageTruncated = 0x20;

    /// <summary>MSG_CMSG_CLOEXEC: programs started later do not get a received descriptor.</summary>
    internal const int MessageCloseOnExec = 0x40000000;

    internal const int EpollControlAdd = 1;
    internal const int EpollControlDelete = 2;
    internal const int EpollControlModify = 3;
    internal const uint EpollReadable = 1;
    internal const uint EpollWritable = 4;
    internal const uint EpollEdge = 1u << 31;
    internal const int EpollCloseOnExec = 0x80000;
    internal const int EventFdNonBlocking = 0x800;
    internal const int EventFdCloseOnExec = 0x80000;

    /// <summary>POLLIN.</summary>
    internal const short PollReadable = 1;

    /// <summary>SYS_pidfd_open: the same on x86-64 and arm64. By number, since glibc has a name for it from 2.36 on only.</summary>
    internal const nint CallProcessOpen = 434;

    /// <summary>RLIMIT_NOFILE.</summary>
    internal const int ResourceDescriptors = 7;

    private const string Library = "libc";

    /// <summary>The error of the last call of this thread that failed.</summary>
    internal static SystemError LastError => (SystemError)Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int SocketName(int descriptor, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getpeername", SetLastError = true)]
    internal static partial int PeerName(int descriptor, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetOption(
        int descriptor,
        int level,
        int option,
        int* value,
        uint length
    );

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int ReadOption(
        int descriptor,
        int level,
        int option,
        int* value,
        uint* length
    );

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(
        int descriptor,
        void* destination,
        nuint length,
        int flags
    );

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int ReceiveMessages(
        int descriptor,
        MessageHeader* messages,
        uint count,
        int flags,
        void* timeout
    );

    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMessages(
        int descriptor,
        MessageHeader* messages,
        uint count,
        int flags
    );

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(
        int epoll,
        int operation,
        int descriptor,
        byte* interest
    );

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, byte* ready, int capacity, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int timeoutMs);

    /// <summary>A system call that has two arguments.</summary>
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, void* destination, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, void* source, nuint length);

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int ResourceLimit(int resource, ulong* limits);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetResourceLimit(int resource, ulong* limits);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport(Library, EntryPoint = "getegid")]
    internal static partial uint EffectiveGroup();

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int ShutDown(int descriptor, int how);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int descriptor);
}
