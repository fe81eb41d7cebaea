// What the page's script reaches: the client as it is, and enough of rxjs to feed it.
import { PartyTracks } from "partytracks/client";
import { BehaviorSubject, of } from "rxjs";

globalThis.partytracks = { PartyTracks, BehaviorSubject, of };
