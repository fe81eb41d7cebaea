output "version" {
  description = "The version that the nodes run."
  value       = split("_", local.version)[0]
  depends_on  = [terraform_data.rollout]
}

output "urls" {
  description = "Where each node's HTTP side is."
  value       = { for name in keys(local.nodes) : name => [for address in split(",", local.http[name]) : "${var.http.plain ? "http" : "https"}://${address}/"] }
}

output "apps_file" {
  description = "Where every node has the apps and their secrets."
  value       = "/etc/edge/secrets.env"
}

output "targets" {
  description = "How SSH reaches the nodes, a line each, for the PoPs that are joined with this one (others)."
  value = [for node in var.nodes : join("|", [
    node.name, node.ssh_host, node.ssh_port, node.ssh_user, local.ssh[node.name].key, local.ssh[node.name].known_hosts, "", ""
  ])]
}

output "machines" {
  description = "Ids of the nodes' machines, known when they are prepared."
  value       = { for name, machine in terraform_data.machine : name => machine.id }
}
