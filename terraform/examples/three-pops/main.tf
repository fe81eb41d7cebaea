# Three PoPs, joined: what is published in one is watched in every other. Make terraform.tfvars of terraform.tfvars.example.

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
  description = "The machines of each PoP, in the order in which they are upgraded: name, its address for clients and other PoPs, its address in the PoP's LAN, and its name in the certificate, for TURN by TLS (turn_host). A node's name stays what it is."
  type        = map(list(object({ name = string, address = string, lan = string, turn_host = optional(string) })))
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
  pops = { for pop, machines in var.pops : pop => {
    http = {
      plain    = var.tls == null
      port     = var.tls == null ? 8080 : 8443
      tls_cert = try(var.tls.cert, null)
      tls_key  = try(var.tls.key, null)
    }
    reserved = lookup(var.reserved, pop, {})
    nodes = [for machine in machines : {
      name          = machine.name
      ssh_host      = machine.address
      lan_address   = machine.lan
      media_address = machine.address
      turn_host     = machine.turn_host
    }]
  } }
}

output "urls" {
  value = module.network.urls
}
