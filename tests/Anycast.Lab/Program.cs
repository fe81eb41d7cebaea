using Anycast.Lab;

return await LabConsole.RunAsync();
