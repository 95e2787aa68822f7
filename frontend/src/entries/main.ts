// Everything the first page needs: the look, HTMX, and the habits of the shell. Pages work without it.
import "../style/app.scss";
import "../hypertext";
import "../menus";
import "../preferences";
import "../toasts";
import "../dialogs";
import "../keyboard";
import "../rows";
import "../forms";
import "../narrowing";
import "../live";
import "../wall";
