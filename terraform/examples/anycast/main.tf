# PoPs whose nodes all have one address, announced by BGP. Make terraform.tfvars of terraform.tfvars.example.
# anycast/README.md of the repository says what the routers have to do.

variable "package" {
  description = "The tarball of ./publish.sh --package."
  type        = string
}

variable "ssh_key_file" {
  type    = string
  default = null
}

variable "tls" {
  description = "Paths on the machines of certificate and key; null: HTTP, for a trial."
  type        = object({ cert = string, key = string })
  default     = null
}

variable "addresses" {
  description = "The anycast addresses: one of IPv4, one of IPv6, or one of each. Beyond a network of your own, /24 and /48 have to be announced by the routers."
  type        = list(string)
}

variable "node_asn" {
  description = "AS number of all nodes, a private one."
  type        = number
}

variable "apps" {
  description = "Apps and their secrets, id:secret, comma-separated: in the environment (TF_VAR_apps) or with -var, each time. Null: an app main is made. It is in no plan and no state."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
}

variable "apps_version" {
  description = "A number to raise with each change of apps."
  type        = number
  default     = 0
}

variable "pops" {
  description = "For each PoP the AS number of its router and its machines: name, address of its own, address in the PoP's LAN, addresses of the router (its neighbour), the machine's IPv6 address towards it, and its name in the certificate, for TURN by TLS (turn_host)."
  type = map(object({
    router_asn = number
    machines = list(object({
      name = string, address = string, lan = string, router4 = optional(string), router6 = optional(string), own6 = optional(string), turn_host = optional(string)
    }))
  }))
}

variable "dry_run" {
  description = "true: anycastd decides and says so (http://127.0.0.1:8083/metrics), and nothing is announced."
  type        = bool
  default     = false
}

variable "reserved" {
  description = "Nodes that may come later, by PoP: name = address in its LAN. A node that comes with a reserved address changes nothing on the others."
  type        = map(map(string))
  default     = {}
}

module "network" {
  source       = "../../modules/network"
  package      = var.package
  ssh_key_file = var.ssh_key_file
  apps         = var.apps
  apps_version = var.apps_version
  pops = { for name, pop in var.pops : name => {
    http = {
      plain    = var.tls == null
      port     = var.tls == null ? 8080 : 8443
      tls_cert = try(var.tls.cert, null)
      tls_key  = try(var.tls.key, null)
    }
    anycast  = { addresses = var.addresses, asn = var.node_asn, router_asn = pop.router_asn, dry_run = var.dry_run }
    reserved = lookup(var.reserved, name, {})
    nodes = [for machine in pop.machines : {
      name          = machine.name
      ssh_host      = machine.address
      lan_address   = machine.lan
      media_address = machine.address
      turn_host     = machine.turn_host
      bgp           = { router4 = machine.router4, router6 = machine.router6, own6 = machine.own6 }
    }]
  } }
}

output "urls" {
  value = module.network.urls
}
