namespace Anycast.Daemon.Tests.Lab;

internal enum RouteChange
{
    Come,
    Gone,
}
