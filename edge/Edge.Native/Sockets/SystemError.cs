namespace Edge.Native.Sockets;

/// <summary>An <c>errno</c> of Linux; those without a name here are carried by number all the same.</summary>
/// <remarks>Source: Linux <c>asm-generic/errno.h</c>; the numbers are the same on x86-64 and arm64.</remarks>
public enum SystemError
{
    /// <summary>It worked.</summary>
    None = 0,

    /// <summary>EPERM: the packet filter or a missing capability said no.</summary>
    NotPermitted = 1,

    /// <summary>ENOENT: there is no such file.</summary>
    NoSuchFile = 2,

    /// <summary>ESRCH: there is no such process.</summary>
    NoSuchProcess = 3,

    /// <summary>EINTR: a signal came first.</summary>
    Interrupted = 4,

    /// <summary>EIO: a way out that cannot checksum what the kernel is to cut.</summary>
    InputOutput = 5,

    /// <summary>EAGAIN: nothing to receive, or no room to send.</summary>
    WouldBlock = 11,

    /// <summary>EACCES: the port or address is not ours to take.</summary>
    AccessDenied = 13,

    /// <summary>EEXIST: it is there already.</summary>
    AlreadyExists = 17,

    /// <summary>EINVAL.</summary>
    InvalidArgument = 22,

    /// <summary>ENFILE: the system has no file descriptor left.</summary>
    TooManyFilesOfSystem = 23,

    /// <summary>EMFILE: the process has no file descriptor left.</summary>
    TooManyFiles = 24,

    /// <summary>EPIPE: the connection is over.</summary>
    BrokenPipe = 32,

    /// <summary>ENOSYS: the kernel does not know the call.</summary>
    NotImplemented = 38,

    /// <summary>EMSGSIZE: longer than the path takes.</summary>
    MessageTooLong = 90,

    /// <summary>EAFNOSUPPORT: the kernel has no IPv6.</summary>
    AddressFamilyNotSupported = 97,

    /// <summary>EADDRINUSE.</summary>
    AddressInUse = 98,

    /// <summary>EADDRNOTAVAIL: no interface has this address.</summary>
    AddressNotAvailable = 99,

    /// <summary>ENETUNREACH.</summary>
    NetworkUnreachable = 101,

    /// <summary>ECONNABORTED: the connection was over before it was accepted.</summary>
    ConnectionAborted = 103,

    /// <summary>ECONNRESET: the peer ended the connection without a word, or is gone.</summary>
    ConnectionReset = 104,

    /// <summary>ENOBUFS: the interface's queue is full.</summary>
    NoBuffers = 105,

    /// <summary>ETIMEDOUT: the peer acknowledged nothing for too long.</summary>
    TimedOut = 110,

    /// <summary>ECONNREFUSED: an ICMP port unreachable came back.</summary>
    ConnectionRefused = 111,

    /// <summary>EHOSTUNREACH.</summary>
    HostUnreachable = 113,

    /// <summary>EINPROGRESS: a connection is being made.</summary>
    InProgress = 115,
}
