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

output "monitoring" {
  description = "The facts that modules/monitoring takes as one of its pops."
  value       = { name = var.name, nodes = [for node in var.nodes : { name = node.name, lan_address = node.lan_address }], anycast = local.anycast }
}
