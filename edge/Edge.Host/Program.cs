using Edge.Host.Lifetime;
using Edge.Host.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

return await ProgramStart.RunAsync(
    Executables.Edge,
    "edge",
    HelpText.Write,
    args,
    serve =>
        ProgramStart.RunAsync(
            EdgeSettings.Read(SettingsSource.Of(Executables.Edge, serve.ConfigPath)),
            settings => new EdgeProcess(settings, Console.Out, Console.Error).RunAsync()
        )
);
