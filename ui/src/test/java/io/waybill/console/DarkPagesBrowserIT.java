package io.waybill.console;

import com.microsoft.playwright.options.ColorScheme;

class DarkPagesBrowserIT extends PagesInBrowser {

    DarkPagesBrowserIT() {
        super(ColorScheme.DARK);
    }
}
